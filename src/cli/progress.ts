import type { Writable } from 'node:stream';
import type { Translator } from '../platform/text.ts';

const REDRAW_MILLISECONDS = 100;
const START_OF_LINE = '\r\u001b[2K';

/** How far long work has come: a line that is rewritten on a terminal, elsewhere a line for every tenth. */
export class Progress {
  private drawnAt = 0;
  private tenth = -1;
  private drawn = false;

  constructor(
    private readonly stream: Writable & { isTTY?: boolean },
    private readonly label: string,
    private readonly text: Translator,
  ) {}

  /** `done` of `total`, in whatever unit. */
  at(done: number, total: number): void {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const counts = `${this.text.number(done)}/${this.text.number(total)}`;
    const line = this.text.t('cli.progress', { label: this.label, percent: Math.floor(share * 100), counts });
    if (this.stream.isTTY) this.redraw(line, share === 1);
    else this.everyTenth(line, Math.floor(share * 10));
  }

  /** Leaves the last line as it stands. */
  end(): void {
    if (this.drawn) this.stream.write('\n');
    this.drawn = false;
  }

  private redraw(line: string, last: boolean): void {
    const now = performance.now();
    if (!last && now - this.drawnAt < REDRAW_MILLISECONDS) return;
    this.drawnAt = now;
    this.drawn = true;
    this.stream.write(START_OF_LINE + line);
  }

  private everyTenth(line: string, tenth: number): void {
    if (tenth <= this.tenth) return;
    this.tenth = tenth;
    this.stream.write(`${line}\n`);
  }
}
