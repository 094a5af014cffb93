"""Questions of customers, written for this program: `train_*` to fit, `dev_*` to try, `unseen_*` to judge."""
