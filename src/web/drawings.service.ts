import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A picture about to be drawn; the same version is the same picture. */
export interface Sketch {
  version: string;
  draw(): Buffer;
}

const MOST_KEPT = 200;

/** Draws pictures once, for drawing keeps a whole process busy: those who ask at the same time share one drawing. */
@Injectable()
export class Drawings {
  private readonly underway = new Map<string, Promise<Buffer>>();
  private readonly drawn = new LRUCache<string, Buffer>({ max: MOST_KEPT });

  /** The picture called `name` as `sketch` has it now. */
  async picture(name: string, sketch: () => Promise<Sketch>): Promise<Buffer> {
    const underway = this.underway.get(name);
    if (underway !== undefined) return underway;
    const work = this.make(name, sketch).finally(() => this.underway.delete(name));
    this.underway.set(name, work);
    return work;
  }

  private async make(name: string, sketch: () => Promise<Sketch>): Promise<Buffer> {
    const { version, draw } = await sketch();
    const key = `${name} ${version}`;
    const picture = this.drawn.get(key) ?? draw();
    this.drawn.set(key, picture);
    return picture;
  }
}
