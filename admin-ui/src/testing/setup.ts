import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// Parts of a page are loaded when they are wanted, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

afterEach(() => {
    cleanup();
    localStorage.clear();
    history.replaceState(null, '', '/');
});
