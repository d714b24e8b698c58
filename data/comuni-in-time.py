"""Makes comuni-in-time.csv and territories.csv: python3 data/comuni-in-time.py ../shared/data/vocab (run where comuni.csv lies beside).

The source has a row for each state of a comune and no link between one that gets another code and what it was before. A comune
goes on under another code where a code ends on the day on which another begins (or comes back) with the same name. Whoever ends
without that was merged: into the one comune of its province that begins or changes on that day, or, among several, the one
whose name shares a word with its own; where that does not tell, the successor is left empty."""
import collections, csv, pathlib, re, sys, unicodedata

SINCE, OPEN = "1990-01-01", "9999-12-31"
here, vocab = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])

def day(text):
    d, m, y = text.split("-")
    return f"{y}-{m}-{d}"

def fold(name):
    plain = unicodedata.normalize("NFD", name.upper().replace("'", " "))
    return re.sub(r"[^A-Z]+", " ", "".join(c for c in plain if unicodedata.category(c) != "Mn")).strip()

rows = set()
with open(vocab / "cities.csv", encoding="utf-8") as file:
    for r in csv.DictReader(file):
        begin, end = day(r["DATA_INIZIO_VALIDITA"]), day(r["DATA_FINE_VALIDITA"])
        if begin < end and end > SINCE:
            rows.add((r["CODICE_COMUNE"], begin, end, r["LABEL_COMUNE_IT"], r["CODICE_PROVINCIA"], r["CODICE_REGIONE"]))
states = collections.defaultdict(list)
for row in sorted(rows):
    known = states[row[0]]
    # Two rows that differ in nothing that is kept are one.
    if known and known[-1][2] == row[1] and known[-1][3:] == row[3:]:
        known[-1] = known[-1][:2] + (row[2],) + row[3:]
    else:
        known.append(row)
every = [row for known in states.values() for row in known]
begins = collections.defaultdict(list)
for row in every:
    begins[row[1]].append(row)
ends = {(row[0], row[2]) for row in every}

# Rows of one comune: the next of the same code without a gap, or of the same name under another code.
after = {}
for row in every:
    if row[2] == OPEN:
        continue
    of_code = [b for b in begins[row[2]] if b[0] == row[0]]
    of_name = [b for b in begins[row[2]] if fold(b[3]) == fold(row[3]) and (b[0], row[2]) not in ends]
    found = of_code or of_name
    if len(found) == 1:
        after[row] = found[0]
assert len(set(after.values())) == len(after), "two go on as one"

current = {line["istat_code"]: line for line in csv.DictReader(open(here / "comuni.csv", encoding="utf-8"))}
firsts = [row for row in every if row not in set(after.values())]
comuni = []
for first in firsts:
    chain = [first]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    comuni.append(chain)
# Named by its last code; a code that was given up and given again would name two.
names = collections.Counter(chain[-1][0] for chain in comuni)
home = {}
for chain in comuni:
    last = chain[-1]
    home[chain[0]] = last[0] if names[last[0]] == 1 or last[2] == OPEN else f"{last[0]}-{last[2][:4]}"
start_of = {row: chain[0] for chain in comuni for row in chain}

def successor(last):
    if last[2] == OPEN:
        return ""
    found = {}
    for b in begins[last[2]]:
        if b[4] == last[4] and b[0] != last[0]:
            found[b[0]] = b
    # Whoever is new is likelier than whoever only changed.
    if len(found) > 1:
        words = {w for w in fold(last[3]).split() if len(w) > 3}
        alike = {c: b for c, b in found.items() if words & set(fold(b[3]).split())}
        found = alike
    return home[start_of[next(iter(found.values()))]] if len(found) == 1 else ""

told = unknown = 0
with open(here / "comuni-in-time.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["comune", "istat_code", "name", "province_code", "region_code", "valid_from", "valid_to", "cadastral_code", "successor"])
    for chain in sorted(comuni, key=lambda chain: (home[chain[0]], chain[0][1])):
        cadastral = {current[r[0]]["cadastral_code"] for r in chain if r[0] in current and r[1] <= "2020-01-15" < r[2]}
        assert len(cadastral) <= 1
        into = successor(chain[-1])
        told, unknown = told + (into != ""), unknown + (into == "" and chain[-1][2] != OPEN)
        for row in chain:
            name = current[row[0]]["name"] if row[0] in current and fold(current[row[0]]["name"]) == fold(row[3]) else row[3].title()
            end = "" if row[2] == OPEN else row[2]
            out.writerow([home[chain[0]], row[0], name, row[4], row[5], row[1], end, "".join(cadastral), into if row is chain[-1] else ""])

provinces = {line["province_code"]: line["province"] for line in current.values()}
regions = {line["region_code"]: line["region"] for line in current.values()}
# Of Sardinia, 2006 to 2016; not in the lists of today.
provinces |= {"104": "Olbia-Tempio", "105": "Ogliastra", "106": "Medio Campidano", "107": "Carbonia-Iglesias"}
for line in csv.DictReader(open(vocab / "provinces.csv", encoding="utf-8-sig")):
    provinces.setdefault(line["codice_2_livello"], line["label_2_livello_it"])
missing = {row[4] for row in every} - set(provinces)
assert not missing, missing
with open(here / "territories.csv", "w", encoding="utf-8", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["code", "name"])
    out.writerows(sorted((regions | provinces).items()))
print(len(every), "rows,", len(comuni), "comuni;", told, "merged into one that is told,", unknown, "ended without a successor that can be told")
print("on 2020-01-15:", sum(row[1] <= "2020-01-15" < row[2] for row in every), "linked:", sum(1 for c in comuni if any(r[0] in current and r[1] <= "2020-01-15" < r[2] for r in c)))
