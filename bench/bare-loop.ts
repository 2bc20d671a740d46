import { Agent, buildConnector, request } from 'undici';

/** What a reader could do at best: as many requests at once as it is given, and nothing kept of the answers. */
const [port = '', hosts = '', users = '', concurrency = ''] = process.argv.slice(2);

const connect = buildConnector({});
const dispatcher = new Agent({
  connect: (options, callback) => connect({ ...options, protocol: 'http:', hostname: '127.0.0.1', port }, callback),
});

const urls: string[] = [];
for (let user = 0; user < Number(users); user += 1) {
  for (let host = 0; host < Number(hosts); host += 1) {
    urls.push(`http://h${host}.example/api/v1/accounts/lookup?acct=a${user}`);
  }
}

const start = performance.now();
let next = 0;
let sum = 0;
async function loop(): Promise<void> {
  for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
    const { statusCode, body } = await request(url, { dispatcher });
    const text = await body.text();
    if (statusCode === 200) sum += (JSON.parse(text) as { followers_count: number }).followers_count;
  }
}
await Promise.all(Array.from({ length: Number(concurrency) }, loop));
process.stdout.write(`${urls.length / ((performance.now() - start) / 1_000)}\n`);
await dispatcher.close();
if (sum === 0) process.exitCode = 1;
