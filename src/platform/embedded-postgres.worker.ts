/**
 * The embedded database: PGlite (PostgreSQL in WebAssembly) behind a Unix socket, in a thread of its own.
 *
 * PGlite has one session, while `pg` pools speak the extended protocol from many connections at once. A socket server
 * that forwards message by message lets one client's Bind meet another's Parse; so this one forwards whole
 * request cycles (up to Sync), and gives a connection the session to itself from BEGIN to COMMIT.
 */
import { createServer, type Socket } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

export interface EmbeddedPostgresOptions {
  /** Where PGlite keeps its files; nothing: in memory, for tests. */
  directory?: string;
  /** A dump of a prepared database to start from, for tests. */
  template?: string;
  /** The Unix socket to listen on, named as `pg` expects it. */
  socketPath: string;
}

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;
const READY_FOR_QUERY = 0x5a;
/** As PostgreSQL's `idle_in_transaction_session_timeout`: whoever waits for this long for its own turn is let go. */
const IDLE_IN_TRANSACTION_MILLISECONDS = 20_000;
const MESSAGE = { query: 0x51, sync: 0x53, terminate: 0x58 } as const;

interface Connection {
  socket: Socket;
  /** Bytes that do not make a whole message yet. */
  pending: Buffer;
  /** Whole messages of a cycle that has not reached its Sync yet. */
  cycle: Buffer[];
  started: boolean;
}

type Message = { type: 'stop' } | { type: 'dump'; path: string };

interface Cycle {
  connection: Connection;
  bytes: Buffer;
}

const { directory, template, socketPath } = workerData as EmbeddedPostgresOptions;
const database = await PGlite.create({
  ...(directory === undefined ? {} : { dataDir: directory }),
  ...(template === undefined ? {} : { loadDataDir: new Blob([await readFile(template)]) }),
});

const queue: Cycle[] = [];
let running = false;
/** The connection inside a transaction: until it ends, only its cycles run. */
let owner: Connection | null = null;

function nextCycle(): Cycle | undefined {
  if (owner === null) return queue.shift();
  const index = queue.findIndex((cycle) => cycle.connection === owner);
  return index === -1 ? undefined : queue.splice(index, 1)[0];
}

/** Whether the answer leaves the session in a transaction: its last message is ReadyForQuery with a status letter. */
function inTransaction(answer: Uint8Array | undefined): boolean {
  if (answer === undefined || answer.at(-6) !== READY_FOR_QUERY) return false;
  return answer.at(-1) !== 'I'.charCodeAt(0);
}

async function run({ bytes, connection }: Cycle): Promise<void> {
  const { socket } = connection;
  let last: Uint8Array | undefined;
  // What a cycle answers comes in many small pieces at one instant, and leaves in one.
  socket.cork();
  await database.runExclusive(() =>
    database.execProtocolRawStream(bytes, {
      onRawData: (data) => {
        last = data.slice();
        if (socket.writable) socket.write(last);
      },
    }),
  );
  socket.uncork();
  owner = inTransaction(last) ? connection : null;
  if (owner?.socket.destroyed) await abandon(owner);
}

/** Running while others wait for a transaction whose client sends nothing. */
let patience: NodeJS.Timeout | undefined;

async function drain(): Promise<void> {
  if (running) return;
  running = true;
  clearTimeout(patience);
  for (let cycle = nextCycle(); cycle !== undefined; cycle = nextCycle()) {
    try {
      await run(cycle);
    } catch (error) {
      // The protocol stream is lost for this client alone: it reconnects, the session goes on.
      cycle.connection.socket.destroy(error as Error);
    }
  }
  running = false;
  if (owner === null || queue.length === 0) return;
  const idle = owner.socket;
  patience = setTimeout(() => idle.destroy(), IDLE_IN_TRANSACTION_MILLISECONDS);
}

/** Ends what a vanished connection left behind: its waiting cycles and its open transaction. */
async function abandon(connection: Connection): Promise<void> {
  for (let index = queue.length - 1; index >= 0; index--) {
    if (queue[index]?.connection === connection) queue.splice(index, 1);
  }
  if (owner !== connection) return;
  await database.exec('ROLLBACK');
  owner = null;
  await drain();
}

function enqueue(connection: Connection, bytes: Buffer): void {
  queue.push({ connection, bytes });
  void drain();
}

/** The length of the first whole message in `bytes`, or null when more bytes are needed. */
function messageLength(bytes: Buffer, started: boolean): number | null {
  const header = started ? 1 : 0;
  if (bytes.length < header + 4) return null;
  const length = header + bytes.readInt32BE(header);
  return bytes.length < length ? null : length;
}

function startUp(connection: Connection, message: Buffer): void {
  const code = message.readInt32BE(4);
  if (code === SSL_REQUEST) connection.socket.write('N');
  else if (code === CANCEL_REQUEST) connection.socket.end();
  else {
    connection.started = true;
    enqueue(connection, message);
  }
}

function receive(connection: Connection, message: Buffer): void {
  if (!connection.started) return startUp(connection, message);
  const type = message[0];
  if (type === MESSAGE.terminate) {
    connection.socket.end();
    return;
  }
  connection.cycle.push(message);
  if (type === MESSAGE.sync || type === MESSAGE.query) {
    enqueue(connection, Buffer.concat(connection.cycle));
    connection.cycle = [];
  }
}

const server = createServer((socket) => {
  const connection: Connection = { socket, pending: Buffer.alloc(0), cycle: [], started: false };
  socket.on('data', (data) => {
    connection.pending = Buffer.concat([connection.pending, data]);
    for (
      let length = messageLength(connection.pending, connection.started);
      length !== null;
      length = messageLength(connection.pending, connection.started)
    ) {
      const message = Buffer.from(connection.pending.subarray(0, length));
      connection.pending = connection.pending.subarray(length);
      receive(connection, message);
    }
  });
  // A reset connection closes too, and 'close' does the clearing up.
  socket.on('error', () => undefined);
  socket.on('close', () => void abandon(connection));
});

server.listen(socketPath, () => parentPort?.postMessage({ type: 'ready' }));

parentPort?.on('message', (message: Message) => void obey(message));

async function obey(message: Message): Promise<void> {
  if (message.type === 'dump') {
    const dump = await database.dumpDataDir('none');
    await writeFile(message.path, Buffer.from(await dump.arrayBuffer()));
    parentPort?.postMessage({ type: 'dumped' });
    return;
  }
  server.close();
  await database.close();
  parentPort?.postMessage({ type: 'stopped' });
}
