import type { ConversationList, ListedConversation } from './answers';
import { make, timeElement } from './elements';
import * as texts from './texts';

export const badge = (state: ListedConversation['state']): HTMLElement => {
  const { words, mark } = texts.badgeOf(state);
  return make('span', { class: 'badge', 'data-mark': mark }, words);
};

/** Badge of a conversation whose recordings are kept past their expiry. */
export const held = (): HTMLElement => make('span', { class: 'badge' }, 'On hold');

function rowElement(row: ListedConversation): HTMLElement {
  const address = `/recordings/${encodeURIComponent(row.conversation_id ?? row.start_id)}`;
  const words = texts.describeRow(row);
  return make(
    'li',
    {},
    timeElement(row.at, texts.formatClock(row.at)),
    make('a', { href: address }, texts.titleOf(row)),
    badge(row.state),
    row.held === true ? held() : undefined,
    words === '' ? undefined : make('p', { class: 'small' }, words),
    row.cause === undefined ? undefined : make('p', { class: 'small' }, row.cause),
  );
}

/** Appends rows, with a heading for each day. */
export function addRows(container: HTMLElement, { conversations }: ConversationList): void {
  for (const row of conversations) {
    const day = row.at.slice(0, 10);
    let rows = container.querySelector<HTMLElement>(`[data-day="${day}"]`);
    if (rows === null) {
      const id = `day-${day}`;
      rows = make('ul', { class: 'rows', 'data-day': day, 'aria-labelledby': id });
      container.append(make('h3', { id }, texts.formatWeekday(row.at)), rows);
    }
    rows.append(rowElement(row));
  }
}

/** Shown when the list is empty. */
export const emptyElement = (words: string, isSearch: boolean): HTMLElement =>
  make(
    'div',
    { class: 'card empty' },
    make('p', {}, words),
    isSearch
      ? make('a', { class: 'button', href: '/recordings' }, 'Show all conversations')
      : make('a', { class: 'button', href: '/qa' }, 'Start a conversation'),
  );
