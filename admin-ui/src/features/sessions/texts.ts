export const sessionsTexts = {} as const;
