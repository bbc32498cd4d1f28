#include "cxmlshim.h"
#include <libxml/c14n.h>
#include <libxml/globals.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlIO.h>
#include <stdatomic.h>
#include <string.h>

/* From 2.12 on, errors are handed out as constants. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *cx_errptr;
#else
typedef xmlErrorPtr cx_errptr;
#endif

static atomic_int refused;
/* The files that the schema compiled on this thread may include; a compilation never leaves its thread. */
static _Thread_local const cx_file *allowed;
static _Thread_local size_t allowed_count;

static void forward(void *user, cx_errptr error) {
    cx_sink *sink = (cx_sink *)user;
    if (!sink || !sink->fn || !error) return;
    cx_error copy = {error->domain, error->code, (int)error->level, error->line, error->int2, error->message, error->file, error->str1};
    sink->fn(sink->user, &copy);
}

static xmlParserInputPtr load(const char *url, const char *id, xmlParserCtxtPtr parser) {
    (void)id;
    for (size_t i = 0; url && i < allowed_count; i++) {
        if (strcmp(url, allowed[i].name) != 0 || allowed[i].count > 0x7FFFFFFF) continue;
        xmlParserInputBufferPtr buffer =
            xmlParserInputBufferCreateMem((const char *)allowed[i].bytes, (int)allowed[i].count, XML_CHAR_ENCODING_NONE);
        if (!buffer) return NULL;
        xmlParserInputPtr input = xmlNewIOInputStream(parser, buffer, XML_CHAR_ENCODING_NONE);
        if (!input) {
            xmlFreeParserInputBuffer(buffer);
            return NULL;
        }
        input->filename = (const char *)xmlStrdup((const xmlChar *)url);
        return input;
    }
    atomic_fetch_add(&refused, 1);
    return NULL;
}

static void quiet(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}

/* The fallback that prints to standard error belongs to the thread in 2.9, so each use silences it anew. */
static void silence(void) { xmlSetGenericErrorFunc(NULL, quiet); }

void cx_init(void) {
    LIBXML_TEST_VERSION
    xmlInitParser();
    xmlSetExternalEntityLoader(load);
    silence();
}

int cx_refused_loads(void) { return atomic_load(&refused); }

void cx_free(void *memory) {
    if (memory) xmlFree(memory);
}

/* SAX2 needs the parser as its user data, so the sink is kept in the parser's private field. */
static void forward_parser(void *user, cx_errptr error) {
    xmlParserCtxtPtr parser = (xmlParserCtxtPtr)user;
    if (parser) forward(parser->_private, error);
}

static void refuse_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name;
    (void)external;
    (void)system;
    xmlParserCtxtPtr parser = (xmlParserCtxtPtr)user;
    cx_sink *sink = parser ? (cx_sink *)parser->_private : NULL;
    if (sink) {
        sink->doctype_seen = 1;
        sink->doctype_line = parser->input ? parser->input->line : 0;
        sink->doctype_column = parser->input ? parser->input->col : 0;
        /* Stopping the parser may itself report an error, which would only confuse. */
        sink->fn = NULL;
    }
    if (parser) xmlStopParser(parser);
}

void cx_parser_attach(xmlParserCtxtPtr parser, cx_sink *sink) {
    silence();
    parser->_private = sink;
    parser->sax->internalSubset = refuse_doctype;
#if LIBXML_VERSION >= 21300
    xmlCtxtSetErrorHandler(parser, (xmlStructuredErrorFunc)forward, sink);
#else
    parser->sax->serror = (xmlStructuredErrorFunc)forward_parser;
#endif
}

static void ignore(void *user, cx_errptr error) {
    (void)user;
    (void)error;
}

static void root_found(void *user, const xmlChar *name, const xmlChar *space) {
    xmlParserCtxtPtr parser = (xmlParserCtxtPtr)user;
    cx_root *root = (cx_root *)parser->_private;
    if (!root->found) {
        strncpy(root->name, (const char *)name, sizeof root->name - 1);
        if (space) strncpy(root->space, (const char *)space, sizeof root->space - 1);
        root->found = 1;
    }
    xmlStopParser(parser);
}

static void root_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)external;
    (void)system;
    root_found(user, name, NULL);
}

static void root_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int spaces, const xmlChar **declared,
                         int attributes, int defaulted, const xmlChar **values) {
    (void)prefix, (void)spaces, (void)declared, (void)attributes, (void)defaulted, (void)values;
    root_found(user, name, space);
}

void cx_find_root(const void *bytes, int count, cx_root *root) {
    memset(root, 0, sizeof *root);
    silence();
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
    if (!parser) return;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    parser->_private = root;
    parser->sax->serror = (xmlStructuredErrorFunc)ignore;
    parser->sax->internalSubset = root_doctype;
    parser->sax->startElementNs = root_element;
    /* In small pieces, so that a fault behind the root is not met at all. */
    for (int at = 0; at < count && !root->found; at += 512) {
        if (xmlParseChunk(parser, (const char *)bytes + at, count - at < 512 ? count - at : 512, 0) != 0) break;
    }
    if (parser->myDoc) xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
}

void cx_schema_parser_attach(xmlSchemaParserCtxtPtr parser, cx_sink *sink) {
    silence();
    xmlSchemaSetParserStructuredErrors(parser, (xmlStructuredErrorFunc)forward, sink);
}

void cx_schema_valid_attach(xmlSchemaValidCtxtPtr validator, cx_sink *sink) {
    silence();
    xmlSchemaSetValidStructuredErrors(validator, (xmlStructuredErrorFunc)forward, sink);
}

void cx_xpath_attach(xmlXPathContextPtr context, cx_sink *sink, unsigned long steps) {
    silence();
    context->userData = sink;
    context->error = (xmlStructuredErrorFunc)forward;
    context->opLimit = steps;
}

void cx_xpath_restart(xmlXPathContextPtr context) { context->opCount = 0; }

xmlSchemaPtr cx_schema_compile(xmlSchemaParserCtxtPtr parser, const cx_file *files, size_t count) {
    const cx_file *previous = allowed;
    size_t previous_count = allowed_count;
    allowed = files;
    allowed_count = count;
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    allowed = previous;
    allowed_count = previous_count;
    return schema;
}

typedef struct cx_selection {
    const xmlNode *omitted, *apex;
} cx_selection;

/* Namespace nodes are another structure, and those of an element know no parent, so both they and attributes are judged by their element. */
static int is_selected(void *user, xmlNodePtr node, xmlNodePtr parent) {
    const cx_selection *selection = (const cx_selection *)user;
    const xmlNode *at = node;
    if (node && (node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE)) at = parent;
    for (; at && at->type != XML_DOCUMENT_NODE; at = at->parent) {
        if (at == selection->omitted) return 0;
        if (at == selection->apex) return 1;
    }
    return selection->apex == NULL;
}

int cx_canonical(xmlDocPtr document, const xmlNode *omitted, const xmlNode *apex, cx_write write, void *user) {
    silence();
    cx_selection selection = {omitted, apex};
    /* After a write that fails nothing more is written, and closing says so. */
    xmlOutputBufferPtr out = xmlOutputBufferCreateIO(write, NULL, user, NULL);
    if (!out) return -1;
    int made = xmlC14NExecute(document, is_selected, &selection, XML_C14N_EXCLUSIVE_1_0, NULL, 0, out);
    int closed = xmlOutputBufferClose(out);
    return made < 0 ? made : closed;
}
