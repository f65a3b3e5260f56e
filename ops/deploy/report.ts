import type { Output } from '../cli-context';
import { markdownTable } from '../markdown-table';
import { maskOf } from '../mask';
import type { Finished } from './run';

interface JobReportProps {
  readonly log: Output;
  /** Takes Markdown for the page of the run, masked. */
  readonly summarize: (markdown: string) => void;
  /** Whether GitHub reads the log, and masks what it is told to. */
  readonly isOnGithub: boolean;
}

/** Most of a failed program's output that is shown: its end, where the reason is. */
const SHOWN_LINES = 60;

/** Names that CloudFormation makes up begin with the stack's; the random part after it is what nobody should know. */
const MADE_UP_NAMES = /\b(tavusrecordings-[a-z0-9-]*?)-[a-z]+[a-f0-9]{8}-[a-z0-9]+/gi;

const withoutNames = (text: string): string => text.replaceAll(MADE_UP_NAMES, '$1-[hidden]');

/** GitHub reads a command to the end of its line, and these three characters as others. */
const escaped = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/**
 * What a job says: into its log, and into its summary. Values that must not be read there are hidden twice, by GitHub in
 * all that follows in the job, and here.
 */
export class JobReport {
  private readonly hidden: string[] = [];

  constructor(private readonly props: JobReportProps) {}

  /** To be called before anything can print the values. @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions (read 2026-11-25) */
  hide(...values: readonly string[]): void {
    for (const value of values.filter((text) => text !== '')) {
      if (this.props.isOnGithub) this.props.log.write(`::add-mask::${escaped(value)}\n`);
      this.hidden.push(value);
    }
  }

  /** A line of our own. */
  say(text: string): void {
    this.props.log.write(`${this.masked(text)}\n`);
  }

  /** The end of what a program printed. */
  show({ stdout, stderr }: Finished): void {
    this.quote(`${stdout}\n${stderr}`, SHOWN_LINES);
  }

  /**
   * Text that holds words of others. Each line is marked, so that none is read as a command to GitHub.
   * @param most lines from its end @default all
   */
  quote(text: string, most?: number): void {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    for (const line of most === undefined ? lines : lines.slice(-most)) this.say(`  │ ${line}`);
  }

  /** Markdown for the page of the run. */
  summarize(markdown: string): void {
    this.props.summarize(`${this.masked(markdown)}\n`);
  }

  private masked(text: string): string {
    return withoutNames(maskOf(this.hidden)(text));
  }
}

/**
 * Names and counts of what changes, for the summary: no value is in it.
 * @param rows name, type and what happens to it
 */
export const resourcesTable = (what: string, rows: readonly (readonly [string, string, string])[]): string =>
  rows.length === 0
    ? 'No resource changes.'
    : `${rows.length} resources change.\n\n${markdownTable(
        ['Resource', 'Type', what],
        rows.map(([name, ...others]) => [`\`${name}\``, ...others]),
      )}`;
