import { LRUCache } from 'lru-cache';

/** More servers than the fediverse has; whoever makes up more pushes made-up ones out. */
const MOST_SERVERS = 100_000;

/** How many pledges each server brought to each campaign today (UTC), in this process and in memory alone. */
export class ServerDays {
  private day = '';
  private readonly byServer = new LRUCache<string, number>({ max: MOST_SERVERS });
  private readonly byCampaign = new LRUCache<string, number>({ max: MOST_SERVERS });

  today(slug: string, host: string, now: Date): { ofServer: number; ofOthers: number } {
    this.turn(now);
    const ofServer = this.byServer.get(keyOf(slug, host)) ?? 0;
    return { ofServer, ofOthers: (this.byCampaign.get(slug) ?? 0) - ofServer };
  }

  add(slug: string, host: string, now: Date): void {
    this.turn(now);
    const key = keyOf(slug, host);
    this.byServer.set(key, (this.byServer.get(key) ?? 0) + 1);
    this.byCampaign.set(slug, (this.byCampaign.get(slug) ?? 0) + 1);
  }

  private turn(now: Date): void {
    const day = now.toISOString().slice(0, 10);
    if (day === this.day) return;
    this.day = day;
    this.byServer.clear();
    this.byCampaign.clear();
  }
}

function keyOf(slug: string, host: string): string {
  return `${slug} ${host}`;
}
