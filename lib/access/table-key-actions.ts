/**
 * What DynamoDB asks of whoever reads or writes a table under a key of ours, at the least: docs.aws.amazon.com/amazondynamodb/latest/
 * developerguide/encryption.usagenotes.html ("customer managed key"). Spelled out where AWS writes `kms:ReEncrypt*` and `kms:GenerateDataKey*`.
 */
export const tableKeyActions = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];
