import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { WhatIfResult } from '../../policy/types';
import { renderPage } from '../../testing/render';
import { Sentence } from './Answer';

type Part = WhatIfResult['parts'][number];

function said(verdict: WhatIfResult['verdict'], parts: readonly Part[]): string | null {
    renderPage(<Sentence result={{ verdict, parts, stage: 'request', block_page: null, would: [] } as unknown as WhatIfResult} />);
    return screen.getByRole('status').textContent;
}

describe('the answer of a what-if', () => {
    it('begins with why, in one sentence behind the verdict', () => {
        expect(said('deny', [
            { text: 'Denied by ', kind: 'plain' }, { text: 'rule 12 “', kind: 'plain' }, { text: 'No file sharing', kind: 'rule', ref: 'r12' },
            { text: '” of the access layer, because the host ', kind: 'plain' }, { text: 'a.example', kind: 'host' }, { text: '.', kind: 'plain' },
        ])).toBe('Deniedby rule 12 “No file sharing” of the access layer, because the host a.example.Certain at the request head. ');
        expect(screen.getByText('No file sharing').tagName).toBe('B');
    });
    it('says what it waits for', () => {
        expect(said('undecided', [{ text: 'Undecided: the address is not known yet, and access rule 2 "Private" asks for it.', kind: 'plain' }]))
            .toContain('the address is not known yet, and access rule 2 “Private” asks for it.');
    });
});
