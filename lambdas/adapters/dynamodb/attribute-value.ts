import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

/** A value as DynamoDB writes it into JSON, of the kinds that rows of ours have. */
export const attributeValue: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.strictObject({ S: z.string() }),
    z.strictObject({ N: z.string() }),
    z.strictObject({ BOOL: z.boolean() }),
    z.strictObject({ NULL: z.literal(true) }),
    z.strictObject({ M: image }),
    z.strictObject({ L: z.array(attributeValue) }),
    z.strictObject({ SS: z.array(z.string()) }),
  ]),
);

/** A whole row. */
export const image = z.record(z.string(), attributeValue);
