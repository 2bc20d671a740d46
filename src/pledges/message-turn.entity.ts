import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instant } from '../platform/columns.ts';

/** When the site's account may write to the next person; whoever moves it on has the turn alone. */
@Entity('message_turn')
export class MessageTurn {
  @PrimaryColumn({ type: 'text' })
  name: 'site';

  @Column(instant)
  nextAt: Date;
}
