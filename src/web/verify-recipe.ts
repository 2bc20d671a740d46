/** What anyone can run on a file with the chain; docs/readings-file.md explains it. */
export const VERIFY_RECIPE = String.raw`import csv, hashlib, sys
sha = lambda data: hashlib.sha256(data).digest()
heads = {}
for row in csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')):
    number, checksum = heads.get(row['account'], (0, bytes(32)))
    digest = bytes.fromhex(row['digest'])
    if row['time']:
        facts = [row[name] for name in ('time', 'count', 'source', 'evidence', 'replaces')]
        assert sha('\n'.join(facts).encode()) == digest, row
    checksum = sha(checksum + digest)
    assert int(row['number']) == number + 1 and bytes.fromhex(row['checksum']) == checksum, row
    heads[row['account']] = (number + 1, checksum)
for account, (number, checksum) in heads.items():
    print(account, number, checksum.hex())`;
