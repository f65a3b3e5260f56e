import { UNANSWERED } from '../../../app/qa/texts';

test('the text for a start without a response promises nothing about its cost, because a restarted backend knows no keys', () => {
  expect(`${UNANSWERED.title} ${UNANSWERED.detail}`).not.toMatch(/paid|twice|bill|cost/i);
});
