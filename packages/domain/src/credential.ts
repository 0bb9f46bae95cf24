/** Is there once a credential was taken back: for whoever holds a connection open that was opened with it. */
export const revokedKvKey = (credential: string): string => `revoked:${credential}`;
