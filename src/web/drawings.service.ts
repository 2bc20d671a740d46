import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A picture about to be drawn; the same version is the same picture. */
export interface Sketch {
  version: string;
  draw(): Promise<Buffer>;
}

const MOST_KEPT = 200;

/** Draws pictures once in a process, and for all who ask at the same time. */
@Injectable()
export class Drawings {
  private readonly underway = new Map<string, Promise<Buffer>>();
  private readonly drawn = new LRUCache<string, Buffer>({ max: MOST_KEPT });

  /** The picture called `name` as `sketch` has it now. */
  async picture(name: string, sketch: () => Promise<Sketch>): Promise<Buffer> {
    return this.together(name, () => this.make(name, sketch));
  }

  /** One run of `work` for all who ask for `name` until it ends. */
  async together(name: string, work: () => Promise<Buffer>): Promise<Buffer> {
    const underway = this.underway.get(name);
    if (underway !== undefined) return underway;
    const started = work().finally(() => this.underway.delete(name));
    this.underway.set(name, started);
    return started;
  }

  private async make(name: string, sketch: () => Promise<Sketch>): Promise<Buffer> {
    const { version, draw } = await sketch();
    const key = `${name} ${version}`;
    const picture = this.drawn.get(key) ?? (await draw());
    this.drawn.set(key, picture);
    return picture;
  }
}
