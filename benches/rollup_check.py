"""Counts PA digitale 2026 by region and platform in a few lines of its own and compares the service's roll-up of today:

    traguardo import-grants ../shared/data/padigitale2026/*.csv; traguardo serve &
    TOKEN=$(traguardo token) python3 benches/rollup_check.py http://127.0.0.1:8080 ../shared/data/padigitale2026/*.csv

A comune is active on a platform where an application was paid (E), in progress where one was financed (A), else withdrawn
(R). It lies where the list of comuni has it today; where the list does not have it, where the file says."""
import collections, csv, json, os, pathlib, sys, urllib.request

base, files = sys.argv[1], sys.argv[2:]
data = pathlib.Path(__file__).parent.parent / "data"
read = lambda file: csv.DictReader(open(file, encoding="utf-8-sig"))
today = {line["cadastral_code"] or line["istat_code"]: line["region_code"] for line in read(data / "comuni-in-time.csv") if not line["valid_to"]}
today |= {line["istat_code"]: line["region_code"] for line in read(data / "comuni-in-time.csv") if not line["valid_to"]}
region = {}
for line in read(data / "comuni.csv"):
    code = (line["ipa_code"] or "c_" + line["cadastral_code"]).lower()
    region[code] = today.get(line["cadastral_code"])
words = {"pagopa": ["pagopa"], "app io": ["app_io"], "spid": ["spid", "cie_login"], "anpr": ["anpr"]}
latest = {}
for file in files:
    for row in read(file):
        code, notice = row["codice_ipa"].strip().lower(), row["avviso"]
        if code not in region and row["tipologia_ente"].lower().startswith("comun"):
            region[code] = today.get(row["cod_comune"], row["cod_regione"])
        about = [word for word in words if word in notice.lower()]
        if code in region and len(about) == 1:
            key = (code, about[0], row["codice_cup"], notice, row["data_invio_candidatura"])
            latest[key] = max(latest.get(key, ("", "")), (row["data_stato_candidatura"], row["stato_candidatura"]))
states = collections.defaultdict(set)
for (code, word, *_), (_, state) in latest.items():
    for name in words[word]:
        states[code, name].add(state)
mine = collections.Counter()
for (code, name), found in states.items():
    if region[code] is None:  # merged since
        continue
    status = "active" if "E" in found else "in_progress" if "A" in found else "withdrawn"
    mine[region[code], name, status] += 1

request = urllib.request.Request(f"{base}/v1/monitoring/rollups?metric=platforms.active&by=region")
request.add_header("Authorization", "Bearer " + os.environ["TOKEN"])
[rollup] = json.load(urllib.request.urlopen(request))["items"]
theirs = collections.Counter()
for group in rollup["groups"]:
    for one in group.get("adoptions", []):
        theirs[group["code"], one["platform"], one["status"]] = one["administrations"]

for key in sorted(set(mine) | set(theirs)):
    if mine[key] != theirs[key]:
        print("differs", key, "counted", mine[key], "rolled up", theirs[key])
print(len(mine), "counts,", sum(mine.values()), "adoptions;", sum(mine[key] != theirs[key] for key in set(mine) | set(theirs)), "differ")
sys.exit(mine != theirs)
