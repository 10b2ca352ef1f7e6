// expect: takes its parameters by value
#include "prelude.hpp"
class H { public: tg::Task<> f() { co_await tg::Exec::sleep(n); } int n = 1; };
