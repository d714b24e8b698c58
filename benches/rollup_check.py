"""Counts PA digitale 2026 by region and platform in a few lines of its own and compares the service's roll-up of today:

    traguardo import-grants ../shared/data/padigitale2026/*.csv; traguardo serve &
    TOKEN=$(traguardo token) python3 benches/rollup_check.py http://127.0.0.1:8080 ../shared/data/padigitale2026/*.csv

A comune is active on a platform where an application was paid (E), in progress where one was financed (A), else withdrawn
(R). It lies where the list of comuni has it, whatever the file says; rows of bodies that are none of its comuni are left out."""
import collections, csv, json, os, pathlib, sys, urllib.request

base, files = sys.argv[1], sys.argv[2:]
region = {}
for line in csv.DictReader(open(pathlib.Path(__file__).parent.parent / "data/comuni.csv", encoding="utf-8")):
    region[(line["ipa_code"] or "c_" + line["cadastral_code"]).lower()] = line["region_code"]
states = collections.defaultdict(set)
for file in files:
    for row in csv.DictReader(open(file, encoding="utf-8-sig")):
        code, notice = row["codice_ipa"].strip().lower(), row["avviso"].lower()
        for word, names in {"pagopa": ["pagopa"], "app io": ["app_io"], "spid": ["spid", "cie_login"], "anpr": ["anpr"]}.items():
            if word in notice and code in region:
                for name in names:
                    states[code, name].add(row["stato_candidatura"])
mine = collections.Counter()
for (code, name), found in states.items():
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
