import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface MailServer {
  /** For `SMTP_URL`. */
  readonly url: string;
  /** As they came, oldest first. */
  readonly mails: string[];
  close(): void;
}

/** A mail server on loopback that takes everything; it knows no `refused@…`, and has no time for `later@…`. */
export async function startMailServer(): Promise<MailServer> {
  const mails: string[] = [];
  const server = createServer((socket) => answerSmtp(socket, mails));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails, close: () => server.close() };
}

/** What a mail with a code tells: the code, and the path of its link. */
export function codeIn(mail: string): { code: string; path: string } {
  const text = mail.replace(/=\r?\n/g, '');
  const code = /^(\d{4}) (\d{4})\r?$/m.exec(text);
  const path = /(\/mail\/[\w-]+)/.exec(text.replace(/=3D/g, '='))?.[1];
  if (code === null || path === undefined) throw new Error('There is no code in the mail.');
  return { code: `${code[1]} ${code[2]}`, path };
}

/** As much of SMTP (RFC 5321) as a client needs that has one mail to hand over. */
function answerSmtp(socket: Socket, received: string[]): void {
  let data: string | null = null;
  socket.write('220 test\r\n');
  // Of a client that was killed.
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const text = chunk.toString();
    if (data !== null) {
      data += text;
      if (!data.endsWith('\r\n.\r\n')) return;
      received.push(data);
      data = null;
      socket.write('250 ok\r\n');
    } else if (text.startsWith('DATA')) {
      data = '';
      socket.write('354 go on\r\n');
    } else if (text.includes('refused@')) socket.write(`550 5.1.1 ${text.trim()} is unknown\r\n`);
    else if (text.includes('later@')) socket.write(`451 ${text.trim()} has to wait\r\n`);
    else socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
  });
}
