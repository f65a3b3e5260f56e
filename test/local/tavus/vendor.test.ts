import * as vendor from '../../../local/tavus/vendor';

// Literals from the vendor's documentation (read 22 Nov 2026), not imported: the test must notice a wrong constant.
test("the simulator's constants equal the vendor's documentation", () => {
  expect(vendor.VENDOR_ACCOUNT).toBe('291871421005');
  expect(vendor.EXTERNAL_ID).toBe('tavus');
  expect(vendor.SESSION_SEC).toBe(12 * 60 * 60);
  expect(vendor.recordingKey('c0ffee', 1780307900000)).toBe('tavus/c0ffee/1780307900000');
  expect([...vendor.ROLE_ACTIONS].toSorted()).toEqual(
    [
      's3:PutObject',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketVersions',
      's3:ListBucketMultipartUploads',
      's3:ListMultipartUploadParts',
      's3:AbortMultipartUpload',
    ].toSorted(),
  );
});
