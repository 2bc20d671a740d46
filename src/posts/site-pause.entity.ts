import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../platform/columns.ts';

/** What the site does not do for now, for anybody: a row is a pause. */
@Entity('site_pause')
export class SitePause {
  @PrimaryColumn({ type: 'text' })
  name: 'publishing';

  @Column(instant)
  since: Date;
}
