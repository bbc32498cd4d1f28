void cx_none(void);
