import type { Output } from '../cli-context';
import { markdownTable } from '../markdown-table';
import { maskOf } from '../mask';
import type { CommandResult } from './run';

interface JobReportProps {
  readonly log: Output;
  /** Receives masked Markdown for the summary of the run. */
  readonly summarize: (markdown: string) => void;
  /** Whether GitHub reads the log and applies masks. */
  readonly isOnGithub: boolean;
}

/** Lines of a failed program's output that are shown, from the end. */
const SHOWN_LINES = 60;

/** Generated names begin with the stack name; the random part after it is hidden. */
const MADE_UP_NAMES = /\b(tavusrecordings-[a-z0-9-]*?)-[a-z]+[a-f0-9]{8}-[a-z0-9]+/gi;

const withoutNames = (text: string): string => text.replaceAll(MADE_UP_NAMES, '$1-[hidden]');

/** Escapes a value for a GitHub workflow command. */
const escaped = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/**
 * Log and summary of a job. Hidden values are masked twice: here, and by GitHub for the rest of the job.
 */
export class JobReport {
  private readonly hidden: string[] = [];

  constructor(private readonly props: JobReportProps) {}

  /**
   * Call it before anything can print the values. @see
   * https://docs.github.com/actions/reference/workflow-commands-for-github-actions (read 2026-11-25)
   */
  hide(...values: readonly string[]): void {
    for (const value of values.filter((text) => text !== '')) {
      if (this.props.isOnGithub) this.props.log.write(`::add-mask::${escaped(value)}\n`);
      this.hidden.push(value);
    }
  }

  /** Logs a line. */
  say(text: string): void {
    this.props.log.write(`${this.masked(text)}\n`);
  }

  /** Logs the end of the output of a program. */
  show({ stdout, stderr }: CommandResult): void {
    this.quote(`${stdout}\n${stderr}`, SHOWN_LINES);
  }

  /**
   * Logs foreign text. Each line gets a mark, so that GitHub does not read it as a command.
   * @param most lines from its end @default all
   */
  quote(text: string, most?: number): void {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    for (const line of most === undefined ? lines : lines.slice(-most)) this.say(`  │ ${line}`);
  }

  /** Adds Markdown to the summary of the run. */
  summarize(markdown: string): void {
    this.props.summarize(`${this.masked(markdown)}\n`);
  }

  private masked(text: string): string {
    return withoutNames(maskOf(this.hidden)(text));
  }
}

/**
 * Table of changes for the summary. Contains no values.
 * @param rows name, type and change
 */
export const resourcesTable = (what: string, rows: readonly (readonly [string, string, string])[]): string =>
  rows.length === 0
    ? 'No resource changes.'
    : `${rows.length} resources change.\n\n${markdownTable(
        ['Resource', 'Type', what],
        rows.map(([name, ...others]) => [`\`${name}\``, ...others]),
      )}`;
