#include "cbuiltins.h"
void cb_none(void){}
