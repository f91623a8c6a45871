export const meKey = ['me'] as const;
export const signInsKey = [...meKey, 'sign-ins'] as const;
