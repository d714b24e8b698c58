DROP TABLE publication_contents;
DROP TABLE publications;
DROP TABLE signing_keys;
DROP FUNCTION publications_stay();
