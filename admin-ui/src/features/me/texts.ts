export const meTexts = {} as const;
