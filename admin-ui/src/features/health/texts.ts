export const healthTexts = {} as const;
