import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Language } from '../platform/text.ts';
import { instant } from '../platform/columns.ts';

/** What a code in a mail is for. */
export type EmailPurpose = 'pledge' | 'reminder' | 'opening' | 'digest';

/** A code on its way to a mailbox; the row goes with the code's first use, with too many wrong ones, or after a day. */
@Entity('email_code')
@Unique('email_code_asker', ['askerHash', 'purpose'])
@Unique('email_code_link', ['linkHash'])
@Index('email_code_expires', ['expiresAt'])
@Check('email_code_purpose', `"purpose" IN ('pledge', 'reminder', 'opening', 'digest')`)
export class EmailCode {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  purpose: EmailPurpose;

  /** Of the token of the private page that the code is typed into. */
  @Column({ type: 'text' })
  askerHash: string;

  /** Of the token in the mail's link. */
  @Column({ type: 'text' })
  linkHash: string;

  /** The address, the code and both tokens. */
  @Column({ type: 'text' })
  sealed: string;

  @Column({ type: 'text' })
  language: Language;

  /** Codes that were typed and wrong. */
  @Column({ type: 'integer' })
  tries: number;

  @Column(instant)
  expiresAt: Date;
}
