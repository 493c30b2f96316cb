/* The loops over a page's objects and characters: what walk.py and bulk.py do, with the same results to the last bit.

Built without headers of pdfium or Python: its functions come as addresses from the library that Python has loaded.
Python's min and max keep the first of two where neither is smaller, as with a value that is no number; so do these.
Compile without contraction of products and sums, which would round once where Python rounds twice. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef void *Handle;

/* In the order in which compiled.py hands them over. */
typedef struct {
    int (*count_objects)(Handle page);
    Handle (*object)(Handle page, int index);
    int (*count_form_objects)(Handle form);
    Handle (*form_object)(Handle form, unsigned long index);
    int (*type)(Handle item);
    int (*bounds)(Handle item, float *left, float *bottom, float *right, float *top);
    int (*matrix)(Handle item, float *six);
    int (*draw_mode)(Handle path, int *fill, int *stroke);
    int (*count_segments)(Handle path);
    Handle (*segment)(Handle path, int index);
    int (*segment_type)(Handle segment);
    int (*segment_closes)(Handle segment);
    int (*segment_point)(Handle segment, float *x, float *y);
    Handle (*clip_path)(Handle item);
    int (*count_clips)(Handle clip);
    int (*count_clip_segments)(Handle clip, int path);
    Handle (*clip_segment)(Handle clip, int path, int index);
    int (*loose_box)(Handle text, int index, float *four);
    int (*char_box)(Handle text, int index, double *left, double *right, double *bottom, double *top);
    int (*origin)(Handle text, int index, double *x, double *y);
    int (*char_matrix)(Handle text, int index, float *six);
    Handle (*char_object)(Handle text, int index);
    int (*is_unmapped)(Handle text, int index);
    int (*render_mode)(Handle item);
    int (*font_size)(Handle item, float *size);
    Handle (*font)(Handle item);
    int (*fill_colour)(Handle item, unsigned *r, unsigned *g, unsigned *b, unsigned *a);
    int (*stroke_colour)(Handle item, unsigned *r, unsigned *g, unsigned *b, unsigned *a);
} Calls;

typedef struct {
    int32_t path, text, form, depth;
    double thin, small;
} Limits;

typedef struct {
    char *data;
    int64_t count, room;
} Array;

typedef struct {
    Array lines, dots, shapes, segments, texts;
    int64_t painted, budget;
} Found;

typedef struct {
    Handle item;
    int32_t order, kind, filled, stroked;
    double box[4];
    int64_t first, count;
} Shape;

typedef struct {
    double x, y;
    int32_t kind, closes;
} Segment;

typedef struct {
    Handle item;
    int32_t order, clipped;
    double clip[4];
} Text;

enum { DONE, TOO_DEEP, TOO_MANY, NO_MEMORY };

static const double IDENTITY[6] = {1, 0, 0, 1, 0, 0};

static double smaller(double a, double b) { return b < a ? b : a; }
static double larger(double a, double b) { return b > a ? b : a; }

/* Returns where the next item of an array goes; NULL without memory. */
static void *next(Array *array, size_t size) {
    if (array->count == array->room) {
        int64_t room = array->room ? array->room * 2 : 256;
        char *data = realloc(array->data, (size_t)room * size);
        if (!data)
            return NULL;
        array->data = data;
        array->room = room;
    }
    return array->data + (size_t)array->count++ * size;
}

static void product(const double *a, const double *b, double *out) {
    out[0] = a[0] * b[0] + a[1] * b[2];
    out[1] = a[0] * b[1] + a[1] * b[3];
    out[2] = a[2] * b[0] + a[3] * b[2];
    out[3] = a[2] * b[1] + a[3] * b[3];
    out[4] = a[4] * b[0] + a[5] * b[2] + b[4];
    out[5] = a[4] * b[1] + a[5] * b[3] + b[5];
}

static void object_matrix(const Calls *ask, Handle item, const double *outer, double *out) {
    float six[6];
    double own[6];
    int known = ask->matrix(item, six);
    for (int i = 0; i < 6; i++)
        own[i] = known ? six[i] : IDENTITY[i];
    product(own, outer, out);
}

static double moved_x(const double *m, double x, double y) { return m[0] * x + m[2] * y + m[4]; }
static double moved_y(const double *m, double x, double y) { return m[1] * x + m[3] * y + m[5]; }

static void move_box(const double *m, double *box) {
    double xs[4], ys[4];
    for (int i = 0; i < 4; i++) {
        xs[i] = moved_x(m, box[i & 2], box[i & 1 ? 3 : 1]);
        ys[i] = moved_y(m, box[i & 2], box[i & 1 ? 3 : 1]);
    }
    box[0] = box[2] = xs[0];
    box[1] = box[3] = ys[0];
    for (int i = 1; i < 4; i++) {
        box[0] = smaller(box[0], xs[i]);
        box[1] = smaller(box[1], ys[i]);
        box[2] = larger(box[2], xs[i]);
        box[3] = larger(box[3], ys[i]);
    }
}

static int bounds_of(const Calls *ask, Handle item, double *box) {
    float four[4];
    if (!ask->bounds(item, &four[0], &four[1], &four[2], &four[3]))
        return 0;
    for (int i = 0; i < 4; i++)
        box[i] = four[i];
    return 1;
}

/* Returns whether clips cut something of a text away, and the box that they leave of it. */
static int is_clipped(const Calls *ask, Handle item, double *box) {
    const double infinity = 1e308 * 10;
    double own[4];
    Handle clip = ask->clip_path(item);
    int paths = clip ? ask->count_clips(clip) : 0;
    box[0] = box[1] = -infinity;
    box[2] = box[3] = infinity;
    for (int path = 0; path < paths; path++) {
        double part[4] = {0, 0, 0, 0};
        int count = ask->count_clip_segments(clip, path);
        for (int i = 0; i < count; i++) {
            float x = 0, y = 0;
            ask->segment_point(ask->clip_segment(clip, path, i), &x, &y);
            part[0] = i ? smaller(part[0], x) : x;
            part[1] = i ? smaller(part[1], y) : y;
            part[2] = i ? larger(part[2], x) : x;
            part[3] = i ? larger(part[3], y) : y;
        }
        if (count > 0) {
            box[0] = larger(box[0], part[0]);
            box[1] = larger(box[1], part[1]);
            box[2] = smaller(box[2], part[2]);
            box[3] = smaller(box[3], part[3]);
        }
    }
    if (!(box[0] > -infinity))
        return 0;
    if (bounds_of(ask, item, own)) {
        double gap = smaller(own[0] - box[0], own[1] - box[1]);
        if (!(smaller(smaller(gap, box[2] - own[2]), box[3] - own[3]) < 0))
            return 0;
    }
    if (box[0] >= box[2] || box[1] >= box[3]) {
        box[2] = box[0];
        box[3] = box[1];
    }
    return 1;
}

static int take_text(const Calls *ask, Found *found, Handle item, const double *matrix, int depth) {
    Text *text = next(&found->texts, sizeof *text);
    if (!text)
        return NO_MEMORY;
    memset(text, 0, sizeof *text);
    text->item = item;
    text->order = (int32_t)found->painted;
    text->clipped = is_clipped(ask, item, text->clip);
    if (text->clipped && depth)
        move_box(matrix, text->clip);
    return DONE;
}

static int take_segments(const Calls *ask, Found *found, Shape *shape, const double *outer) {
    double matrix[6];
    int count = ask->count_segments(shape->item);
    found->budget -= count;
    if (found->budget < 0)
        return TOO_MANY;
    object_matrix(ask, shape->item, outer, matrix);
    for (int i = 0; i < count; i++) {
        float x = 0, y = 0;
        Handle part = ask->segment(shape->item, i);
        Segment *segment = next(&found->segments, sizeof *segment);
        if (!segment)
            return NO_MEMORY;
        ask->segment_point(part, &x, &y);
        segment->x = moved_x(matrix, x, y);
        segment->y = moved_y(matrix, x, y);
        segment->kind = ask->segment_type(part);
        segment->closes = ask->segment_closes(part);
        shape->count++;
    }
    return DONE;
}

static int take_shape(
    const Calls *ask, const Limits *limits, Found *found, Handle item, int kind, const double *matrix, int depth) {
    double box[4];
    int filled = 1, stroked = 0;
    if (!bounds_of(ask, item, box))
        return DONE;
    if (kind == limits->path && !ask->draw_mode(item, &filled, &stroked))
        return DONE;
    if (!filled && !stroked)
        return DONE;
    if (depth)
        move_box(matrix, box);
    if (larger(box[2] - box[0], box[3] - box[1]) < limits->small) {
        double *dot = next(&found->dots, 2 * sizeof *dot);
        if (!dot)
            return NO_MEMORY;
        dot[0] = (box[0] + box[2]) / 2;
        dot[1] = (box[1] + box[3]) / 2;
        return DONE;
    }
    if (box[2] - box[0] <= limits->thin || box[3] - box[1] <= limits->thin) {
        double *line = next(&found->lines, sizeof box);
        if (!line)
            return NO_MEMORY;
        memcpy(line, box, sizeof box);
        return DONE;
    }
    Shape shape = {item, (int32_t)found->painted, kind, filled != 0, stroked != 0, {0}, found->segments.count, 0};
    memcpy(shape.box, box, sizeof box);
    int end = kind == limits->path ? take_segments(ask, found, &shape, matrix) : DONE;
    Shape *kept = end == DONE ? next(&found->shapes, sizeof shape) : NULL;
    if (kept)
        *kept = shape;
    return end == DONE && !kept ? NO_MEMORY : end;
}

static int walk_items(
    const Calls *ask, const Limits *limits, Found *found, Handle owner, const double *matrix, int depth) {
    int count = depth ? ask->count_form_objects(owner) : ask->count_objects(owner);
    found->budget -= count;
    if (found->budget < 0)
        return TOO_MANY;
    if (depth > limits->depth)
        return TOO_DEEP;
    for (int i = 0; i < count; i++) {
        Handle item = depth ? ask->form_object(owner, (unsigned long)i) : ask->object(owner, i);
        int kind = ask->type(item), end;
        found->painted++;
        if (kind == limits->text) {
            end = take_text(ask, found, item, matrix, depth);
        } else if (kind == limits->form) {
            double inner[6];
            object_matrix(ask, item, matrix, inner);
            end = walk_items(ask, limits, found, item, inner, depth + 1);
        } else {
            end = take_shape(ask, limits, found, item, kind, matrix, depth);
        }
        if (end != DONE)
            return end;
    }
    return DONE;
}

int walk_page(const Calls *ask, const Limits *limits, Handle page, Found *found) {
    return walk_items(ask, limits, found, page, IDENTITY, 0);
}

void release(Found *found) {
    free(found->lines.data);
    free(found->dots.data);
    free(found->shapes.data);
    free(found->segments.data);
    free(found->texts.data);
    memset(found, 0, sizeof *found);
}

typedef struct {
    double track, along, across;
} Dot;

static int compare(const void *first, const void *second) {
    const Dot *a = first, *b = second;
    if (a->track != b->track)
        return a->track < b->track ? -1 : 1;
    if (a->along != b->along)
        return a->along < b->along ? -1 : 1;
    return a->across < b->across ? -1 : a->across > b->across;
}

/* Adds the lines that dots make, given as x and y: level ones, then upright ones, each by the place across. */
int join_dots(const double *places, int64_t count, double gap, int64_t least, Found *found) {
    Dot *dots = malloc((size_t)count * sizeof *dots + 1);
    int end = dots ? DONE : NO_MEMORY;
    for (int upright = 0; upright < 2 && end == DONE; upright++) {
        for (int64_t i = 0; i < count; i++) {
            dots[i].across = places[2 * i + !upright];
            dots[i].along = places[2 * i + upright];
            dots[i].track = rint(dots[i].across);
        }
        qsort(dots, (size_t)count, sizeof *dots, compare);
        for (int64_t i = 1, start = 0; i <= count; i++) {
            if (i < count && dots[i].track == dots[start].track && !(dots[i].along - dots[i - 1].along > gap))
                continue;
            if (i - start >= least) {
                double *line = next(&found->lines, 4 * sizeof *line);
                if (!line) {
                    end = NO_MEMORY;
                    break;
                }
                line[upright ? 0 : 1] = line[upright ? 2 : 3] = dots[start].across;
                line[upright] = dots[start].along;
                line[upright + 2] = dots[i - 1].along;
            }
            start = i;
        }
    }
    free(dots);
    return end;
}

/* Returns how many of the characters have a box. */
int take_characters(const Calls *ask, Handle text, int count, float *boxes, Handle *objects, int32_t *unmapped) {
    int done = 0;
    for (int i = 0; i < count; i++) {
        done += ask->loose_box(text, i, boxes + 4 * (size_t)i);
        objects[i] = ask->char_object(text, i);
        unmapped[i] = ask->is_unmapped(text, i);
    }
    return done;
}

void take_inks(const Calls *ask, Handle text, int count, double *inks) {
    for (int i = 0; i < count; i++, inks += 4)
        ask->char_box(text, i, inks, inks + 1, inks + 2, inks + 3);
}

void take_origins(const Calls *ask, Handle text, int count, double *origins) {
    for (int i = 0; i < count; i++, origins += 2)
        ask->origin(text, i, origins, origins + 1);
}

/* What the characters of a text object share; `stroked` are the render modes whose colour is that of the stroke. */
typedef struct {
    Handle font;
    int32_t mode, known;
    uint32_t colour[4];
    float size, matrix[6];
} Style;

void take_styles(
    const Calls *ask, Handle text, int count, const Handle *items, const int32_t *first, uint32_t stroked, Style *style) {
    for (int i = 0; i < count; i++, style++) {
        uint32_t *c = style->colour;
        style->font = ask->font(items[i]);
        style->mode = ask->render_mode(items[i]);
        int is_stroked = style->mode >= 0 && style->mode < 32 && stroked >> style->mode & 1;
        style->known = (is_stroked ? ask->stroke_colour : ask->fill_colour)(items[i], c, c + 1, c + 2, c + 3);
        ask->font_size(items[i], &style->size);
        ask->char_matrix(text, first[i], style->matrix);
    }
}
