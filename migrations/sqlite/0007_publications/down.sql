DROP TRIGGER publication_contents_stay;
DROP TRIGGER publications_stay;
DROP TABLE publication_contents;
DROP TABLE publications;
DROP TABLE signing_keys;
