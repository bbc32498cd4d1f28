/* What Swift cannot reach in libxml2 by itself: global function pointers, error callbacks whose type changes between
   releases, and the process-wide loader of external resources. Everything here is safe to call from any thread. */
#ifndef CXMLSHIM_H
#define CXMLSHIM_H

/* Debian builds libxml2 with ICU, whose headers would clash with Foundation's own copy of them in any module that sees both.
   They serve encoding handlers only, which nothing here touches. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <stddef.h>

/* One error of libxml2, its fields copied out; texts are valid during the call only. Column 0 means unknown. */
typedef struct cx_error {
    int domain, code, level, line, column;
    const char *message, *file, *str1;
} cx_error;

/* Where a context sends its errors. It must outlive the context that it was given to. */
typedef struct cx_sink {
    void (*fn)(void *user, const cx_error *error);
    void *user;
    /* Set when a document type declaration was met: the parser was stopped there. */
    int doctype_seen, doctype_line, doctype_column;
} cx_sink;

/* A file that a schema may include, under the exact name by which it is included. */
typedef struct cx_file {
    const char *name;
    const void *bytes;
    size_t count;
} cx_file;

/* Prepares libxml2 and denies every external load of this process. To be called once, before all else. */
void cx_init(void);
/* How many external loads were refused since the start. */
int cx_refused_loads(void);
/* Frees what libxml2 allocated; NULL is allowed. */
void cx_free(void *memory);

/* The name of a document's root element, and its namespace or an empty text; longer ones are cut off. */
typedef struct cx_root {
    char name[512], space[2048];
    int found;
} cx_root;

/* Finds the root in the first bytes of a document, and looks no further. */
void cx_find_root(const void *bytes, int count, cx_root *root);

/* Sends a parser's errors to a sink, and stops it at a document type declaration. */
void cx_parser_attach(xmlParserCtxtPtr parser, cx_sink *sink);
void cx_schema_parser_attach(xmlSchemaParserCtxtPtr parser, cx_sink *sink);
void cx_schema_valid_attach(xmlSchemaValidCtxtPtr validator, cx_sink *sink);
/* Sends an XPath context's errors to a sink, and bounds how many steps one evaluation may take. */
void cx_xpath_attach(xmlXPathContextPtr context, cx_sink *sink, unsigned long steps);
/* Starts counting the steps of the next evaluation from zero. */
void cx_xpath_restart(xmlXPathContextPtr context);

/* Compiles a schema; only the given files can be included or imported by it. */
xmlSchemaPtr cx_schema_compile(xmlSchemaParserCtxtPtr parser, const cx_file *files, size_t count);

/* Takes a piece of what is written; gives its length, or -1 to end it. */
typedef int (*cx_write)(void *user, const char *bytes, int count);

/* Writes the exclusive canonical form 1.0 without comments: of the whole document but for one element with all inside it
   (omitted, may be NULL), or of one element alone (apex, may be NULL). Negative when it could not be made. */
int cx_canonical(xmlDocPtr document, const xmlNode *omitted, const xmlNode *apex, cx_write write, void *user);

#endif
