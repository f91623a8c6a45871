// A row that can be dragged, and dropped on. Loaded after the list is shown: nobody drags at once.
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge';

const Kind = 'rule';

export type Edge = 'top' | 'bottom';

interface DragRow {
    element: HTMLElement;
    handle: HTMLElement;
    id: string;
    layer: string;
    onEdge(edge: Edge | null): void;
    onDrop(draggedId: string, edge: Edge): void;
}

/** Returns what ends it. */
export function dragRow({ element, handle, id, layer, onEdge, onDrop }: DragRow): () => void {
    const endDrag = draggable({
        element,
        dragHandle: handle,
        getInitialData: () => ({ kind: Kind, id, layer }),
        onDragStart: () => element.setAttribute('data-dragging', ''),
        onDrop: () => element.removeAttribute('data-dragging'),
    });
    const endDrop = dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.kind === Kind && source.data.layer === layer && source.data.id !== id,
        getData: ({ input }) => attachClosestEdge({ id }, { element, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self }) => onEdge(edgeOf(self.data)),
        onDragLeave: () => onEdge(null),
        onDrop: ({ self, source }) => {
            onEdge(null);
            onDrop(String(source.data.id), edgeOf(self.data));
        },
    });
    return () => {
        endDrag();
        endDrop();
    };
}

function edgeOf(data: Record<string | symbol, unknown>): Edge {
    return extractClosestEdge(data) === 'top' ? 'top' : 'bottom';
}
