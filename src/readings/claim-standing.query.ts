import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { compare, judge, tolerance, type Relation, type Verdict } from '../domain/corroboration.ts';
import { surroundings, type ReadingClaim } from './claims.ts';
import { Reading } from './reading.entity.ts';

/** How a number that waits stands to all that is known. */
export interface ClaimStanding {
  verdict: Verdict<ReadingClaim>;
  /** How far apart two honest looks may lie. */
  tolerance: number;
  /** What others read within a day of it, with their evidence: those that wait first. */
  others: { reading: Reading; relation: Relation }[];
}

const OTHERS_SHOWN = 12;

/** Why numbers wait, for those who decide. */
@Injectable()
export class ClaimStandings {
  constructor(private readonly database: DataSource) {}

  /** The standing of a reading that came with its account; null once it waits no more. `rivals` as for {@link judge}. */
  async of({ id, account, at, count }: Reading, rivals: readonly number[]): Promise<ClaimStanding | null> {
    const around = await surroundings(this.database.manager, account.id, at);
    const claim = around.pending.find((each) => each.id === id);
    if (claim === undefined) return null;
    const related = [...compare(claim, around)].filter(([, relation]) => relation !== 'apart').slice(0, OTHERS_SHOWN);
    const readings = await this.database.getRepository(Reading).find({
      where: { id: In(related.map(([other]) => other.id)) },
      relations: { evidence: true },
    });
    const others = related.flatMap(([other, relation]) => {
      const reading = readings.find((each) => each.id === other.id);
      return reading === undefined ? [] : [{ reading, relation }];
    });
    return { verdict: judge(claim, around, rivals), tolerance: tolerance(count), others };
  }
}
