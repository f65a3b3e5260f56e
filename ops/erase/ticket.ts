import { formatValue, problem } from '../../contract/problem';

/** Form of a ticket; too short for personal data. */
const TICKET = /^[A-Za-z0-9][\w.:#/-]{0,63}$/;

/** Problem of `--reason`, if any. */
export const ticketProblem = (ticket: string): string | undefined =>
  TICKET.test(ticket)
    ? undefined
    : problem({
        name: '--reason',
        wrong: ticket === '' ? 'missing' : 'is not the name of a ticket',
        got: ticket === '' ? 'nothing' : formatValue(ticket),
        why: 'It goes into the receipt, which must not contain personal data.',
        fix: 'Name a ticket in up to 64 letters, digits and . : # / - _, such as DSR-17.',
      });
