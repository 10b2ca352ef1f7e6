// expect: deleted
#include "prelude.hpp"
tg::Message f(const tg::Message& m) { return m; }
