import { BadRequestException } from '@nestjs/common';

/** An address asks for something in words that mean nothing here; `words` is the message that tells which do. */
export class NotUnderstood extends BadRequestException {
  constructor(readonly words: string) {
    super();
  }
}
