import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Controls that are too small for touch. */
const TOO_SMALL = `[...document.querySelectorAll('button, .button, select, summary, input:not([type=radio]), .choices label')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
  .map((element) => element.id || element.className)`;

/** axe's findings in our page, without the framed room. */
async function axeFindings(page: Page, options: axe.RunOptions): Promise<string[]> {
  const all = JSON.stringify({ iframes: false, resultTypes: ['violations'], ...options });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${all})`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Accessibility problems of the page: in both colour schemes, and on a phone, where content must fit and controls be large enough. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const light = await axeFindings(page, {});
  await page.emulateMedia({ colorScheme: 'dark' });
  // axe's other rules do not depend on colours.
  const dark = await axeFindings(page, { runOnly: ['color-contrast'] });
  await page.setViewportSize({ width: 360, height: 740 });
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  const small = await page.evaluate<string[]>(TOO_SMALL);
  return [
    ...light,
    ...dark.map((finding) => `dark: ${finding}`),
    ...(width > 360 ? [`${width} px wide`] : []),
    ...small.map((name) => `${name} is too small`),
  ];
}
