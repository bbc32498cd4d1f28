void cb_none(void);
