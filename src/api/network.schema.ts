import { z } from 'zod';
import { listOf } from './list.schema.ts';

/** A network that Chiche can read or share to. */
export const networkSchema = z.object({
  id: z.string(),
  name: z.string().describe('As people know it.'),
  fediverse: z.boolean(),
  software: z.array(z.string()).describe('NodeInfo names of the software that is read in this way.'),
});

export const networkListSchema = listOf(networkSchema);
