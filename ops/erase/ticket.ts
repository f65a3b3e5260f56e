import { formatValue, problem } from '../../contract/problem';

/** The name of a ticket: there is no room in it for words about a person. */
const TICKET = /^[A-Za-z0-9][\w.:#/-]{0,63}$/;

/** What is wrong with `--reason`; undefined: nothing. */
export const ticketProblem = (ticket: string): string | undefined =>
  TICKET.test(ticket)
    ? undefined
    : problem({
        name: '--reason',
        wrong: ticket === '' ? 'missing' : 'is not the name of a ticket',
        got: ticket === '' ? 'nothing' : formatValue(ticket),
        why: 'It goes into the receipt, which holds nothing about the person.',
        fix: 'Name a ticket in up to 64 letters, digits and . : # / - _, such as DSR-17.',
      });
