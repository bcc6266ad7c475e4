import type { UserShape } from '../../contract/shapes.ts';
import type { User } from '../../domain/user.ts';

export function shapeUser(user: User): UserShape {
  const { verification } = user;
  return {
    id: user.id,
    externalId: user.externalId,
    aeroPassUserUuid: user.aeroPassUserUuid,
    status: user.status,
    verification: verification && { channel: verification.channel, destination: verification.destination, expiresAt: verification.expiresAt },
    firstName: user.firstName,
    lastName: user.lastName,
    phoneNumber: user.phoneNumber,
    email: user.email,
    createdAt: user.createdAt,
  };
}
