#include "cxmlshim.h"
void cx_none(void){}
