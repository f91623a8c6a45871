export const signInTexts = {
    title: 'Sign in',
    lead: 'Administration of this proxy.',
    code: 'Second step',
    codeLead: 'Your password is right. Now the code.',
    newPassword: 'Choose a new password',
    newPasswordLead: 'The one you have was given to you. Only you should know the next one.',
    setupNeeded: 'This proxy has not been set up yet.',
    setupHow: 'The server wrote a one-time link to its log when it started. Open it to make the first administrator.',
} as const;
