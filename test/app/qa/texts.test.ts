import { UNANSWERED } from '../../../app/qa/texts';

test('a start without an answer promises nothing about its price: a restarted backend knows no keys', () => {
  expect(`${UNANSWERED.title} ${UNANSWERED.detail}`).not.toMatch(/paid|twice|bill|cost/i);
});
