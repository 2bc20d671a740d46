import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { instant, maybeText } from '../platform/columns.ts';

export const INSTITUTION_KINDS = ['ministry', 'agency', 'city', 'region', 'university', 'parliament', 'court', 'health', 'culture', 'other'] as const;
export type InstitutionKind = (typeof INSTITUTION_KINDS)[number];

/** A public body. */
@Entity('institution')
@Index('institution_name', ['name'])
@Check('institution_country', `"country" ~ '^[A-Z]{2}$'`)
export class Institution {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  /** ISO 3166-1 alpha-2; `EU` for the Union's own bodies. */
  @Column({ type: 'text' })
  country: string;

  @Column({ type: 'text' })
  kind: InstitutionKind;

  @Column(maybeText)
  website: string | null;

  @Column(maybeText)
  wikidataId: string | null;

  @Column(instant)
  createdAt: Date;
}
