import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import { ask, type AwsAnswer } from '../../aws/answer';

/** Of 1000 entries each. More than 20,000 versions would take too long for a check. */
const MAX_PAGES = 20;

/** A version of an object, or a delete marker. */
export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  /** 0 for a delete marker. */
  readonly bytes: number;
  readonly lastModified: Date;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
}

/** Listed entries, not all of them when `isTruncated`. */
export interface Listing<T> {
  readonly entries: readonly T[];
  readonly isTruncated: boolean;
}

/** What is in the bucket. */
export interface BucketContents {
  /** Versions and delete markers of recordings. */
  readonly versions: Promise<AwsAnswer<Listing<ListedVersion>>>;
  /** Keys at the top of the bucket, and the first parts of the others (`tavus/`). */
  readonly topNames: Promise<AwsAnswer<Listing<string>>>;
}

/** Lists the bucket; reads no object. */
export function bucketContents(s3: S3Client, bucket: string): BucketContents {
  return {
    versions: ask('s3:ListBucketVersions', () => listVersions(s3, bucket)),
    topNames: ask('s3:ListBucket', async () => {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }));
      const folders = (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []);
      const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
      return { entries: [...folders, ...keys], isTruncated: page.IsTruncated === true };
    }),
  };
}

async function listVersions(s3: S3Client, Bucket: string): Promise<Listing<ListedVersion>> {
  const entries: ListedVersion[] = [];
  let next: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: RECORDING_KEY_PREFIX, ...next }),
    );
    for (const [found, isDeleteMarker] of [
      [answer.Versions, false],
      [answer.DeleteMarkers, true],
    ] as const) {
      for (const one of found ?? []) {
        const { Key: key, VersionId: versionId, LastModified: lastModified, IsLatest } = one;
        if (key === undefined || versionId === undefined || lastModified === undefined) continue;
        const bytes = ('Size' in one && typeof one.Size === 'number' && one.Size) || 0;
        entries.push({ key, versionId, bytes, lastModified, isLatest: IsLatest === true, isDeleteMarker });
      }
    }
    if (answer.IsTruncated !== true) return { entries, isTruncated: false };
    next = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
  }
  return { entries, isTruncated: true };
}
