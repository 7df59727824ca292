const tide = 1;
console.log(tide);
